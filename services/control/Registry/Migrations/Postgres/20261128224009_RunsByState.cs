using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace LoraMesh.Control.Registry.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class RunsByState : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateIndex(
                name: "IX_Runs_State_Number",
                table: "Runs",
                columns: new[] { "State", "Number" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_Runs_State_Number",
                table: "Runs");
        }
    }
}
