"""An extra gate, where it can be had: Microsoft's own reader of TMDL takes the model, and refuses a broken one.

It is in the npm package `@microsoft/powerbi-modeling-mcp`, whose preview terms let it be tried and not be built on.
Set POWERBI_MODELING_MCP to the program of that name within it.
"""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest
from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client

from warehouse_assets.bi.files import write_files
from warehouse_assets.bi.powerbi.design import Design
from warehouse_assets.bi.powerbi.marts import MARTS
from warehouse_assets.bi.powerbi.project import project_files
from warehouse_assets.bi.powerbi.star.project import star_design
from warehouse_assets.bi.server import Server

_SECONDS = 60


@pytest.fixture
def program() -> str:
    path = os.environ.get("POWERBI_MODELING_MCP")
    if not path:
        pytest.skip("Microsoft's reader of TMDL is absent; set POWERBI_MODELING_MCP to its program")
    return path


async def _import(program: str, folder: Path) -> str:
    environment = {"DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1", "HOME": str(folder), "PATH": os.environ["PATH"]}
    server = StdioServerParameters(command=program, args=["--start"], env=environment)
    with open(os.devnull, "w", encoding="utf-8") as silence:
        async with (
            stdio_client(server, errlog=silence) as (reading, writing),
            ClientSession(reading, writing) as session,
        ):
            await session.initialize()
            answers = []
            for tool, request in (
                ("database_operations", {"operation": "ImportFromTmdlFolder", "tmdlFolderPath": str(folder)}),
                ("measure_operations", {"operation": "List"}),
            ):
                answer = await session.call_tool(tool, {"request": request})
                answers += [getattr(part, "text", "") for part in answer.content]
    return "\n".join(answers)


def ask(program: str, folder: Path) -> str:
    """What the program says of a model's folder, and of the measures in it."""
    return asyncio.run(asyncio.wait_for(_import(program, folder), _SECONDS))


@pytest.mark.parametrize("design", [MARTS, star_design(11)], ids=lambda design: design.name)
def test_it_takes_the_model(design: Design, program: str, tmp_path: Path) -> None:
    write_files(tmp_path / "project", project_files(Server("localhost", 5432, "warehouse"), design))
    measures = [len(words.measures) for words in design.words.values() if words.measures]
    told = f"Found {sum(measures)} measures across {len(measures)} tables"
    assert told in ask(program, tmp_path / "project" / design.folder / "definition")


def test_it_refuses_a_broken_model(program: str, tmp_path: Path) -> None:
    files = dict(project_files(Server("localhost", 5432, "warehouse"), MARTS))
    name = f"{MARTS.folder}/definition/tables/currency.tmdl"
    files[name] = files[name].replace("\tdataType: string", "\tdataTypo: string")
    write_files(tmp_path / "project", files)
    assert "Found" not in ask(program, tmp_path / "project" / MARTS.folder / "definition")
